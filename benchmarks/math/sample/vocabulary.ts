/** Words the problems are dressed in. None of them matters to the answer. */
export const names =
  "Aisha Bruno Chiara Dmitri Elena Farid Greta Hugo Ines Jonas Keiko Leon Mina Nadia Oskar Priya Quentin Rosa Samir Tessa Ursula Victor Wanda Yusuf Zoe".split(
    " ",
  );
export const goods = ["tickets", "lockers", "vouchers", "tokens", "badges", "lots"] as const;
export const sights = ["museum", "library", "swimming pool", "gallery", "planetarium"] as const;
export const bakes = ["rolls", "muffins", "pretzels", "scones", "bagels"] as const;
export const boxes = ["boxes", "bags", "trays", "crates"] as const;
export const wares = ["coat", "lamp", "bicycle", "guitar", "tent", "camera"] as const;
export const languages = ["French", "Spanish", "Latin", "Japanese", "Arabic", "Swedish"] as const;
export const colours = ["red", "blue", "green", "yellow", "white"] as const;
export const clubs = ["chess club", "rowing club", "debating society", "film club", "orchestra"] as const;
export const vehicles = ["train", "tram", "ferry", "coach"] as const;
export const rounds = ["pond", "table", "plate", "garden bed", "rug"] as const;
