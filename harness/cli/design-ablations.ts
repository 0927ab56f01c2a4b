import type { ArmSpec, ExperimentSpec } from "../core/spec.ts";
import type { FactorialSpec, Swept } from "../core/sweep-spec.ts";
import type { FactorialDesign, SweepDesign } from "../report/ablation/ablation-design.ts";
import type { TableDesign } from "../report/table-design.ts";

type SweptArm = ArmSpec & { readonly swept: Swept };

/** What the report has to know of sweeps and factorials. `rows` are the arms of the tables, those of single evolution seeds among them. */
export function designAblations(spec: ExperimentSpec, rows: ReadonlySet<string>): Pick<TableDesign, "sweeps" | "factorials"> {
  const swept = spec.arms.filter((arm): arm is SweptArm => arm.swept !== undefined);
  const of = (by: Swept["by"]): Map<string, SweptArm[]> => {
    const arms = new Map<string, SweptArm[]>();
    for (const arm of swept) if (arm.swept.by === by) arms.set(arm.swept.arm, [...(arms.get(arm.swept.arm) ?? []), arm]);
    return arms;
  };
  const membersOf = (name: string): string[] => {
    const seeds = spec.seeds.evolution.map((seed) => `${name}@s${seed}`).filter((one) => rows.has(one));
    return seeds.length > 0 ? seeds : [name];
  };
  const place = ({ name, label = name }: SweptArm): Pick<SweepDesign["points"][number], "arm" | "label" | "members"> => ({
    arm: name,
    label,
    members: membersOf(name),
  });
  const sweeps = [...of("sweep")].map(([arm, points]): SweepDesign => {
    const keys = [...new Set(points.flatMap((one) => Object.keys(one.swept.values)))];
    return {
      arm,
      label: points[0]?.swept.label ?? arm,
      keys,
      points: points.map((one) => ({ ...place(one), values: { ...one.swept.values } })),
    };
  });
  const factorials = [...of("factorial")].flatMap(([arm, points]) =>
    spec.factorial === undefined ? [] : [factorialOf(spec.factorial, arm, points, place)],
  );
  return { ...(sweeps.length > 0 ? { sweeps } : {}), ...(factorials.length > 0 ? { factorials } : {}) };
}

function factorialOf(
  { factors, design }: FactorialSpec,
  arm: string,
  points: readonly SweptArm[],
  place: (arm: SweptArm) => Pick<FactorialDesign["runs"][number], "arm" | "label" | "members">,
): FactorialDesign {
  const named = Object.entries(factors).flatMap(([name, given]) => {
    if (given === undefined) return [];
    const levels = Array.isArray(given)
      ? given.map((model) => ({ name: model, model }))
      : Object.entries(given).map(([level, model]) => ({ name: level, model }));
    return [{ name, levels }];
  });
  const solverLevels = named.find(({ name }) => name === "solver")?.levels;
  const runs = points.flatMap((one) => {
    const levels = Object.fromEntries(Object.entries(one.swept.values).map(([factor, level]) => [factor, String(level)]));
    if (solverLevels === undefined) return [{ ...place(one), levels }];
    return (one.solvers ?? []).flatMap((solver) => {
      const level = solverLevels.find(({ model }) => model === solver)?.name;
      return level === undefined ? [] : [{ ...place(one), solver, levels: { ...levels, solver: level } }];
    });
  });
  return { arm, label: points[0]?.swept.label ?? arm, fraction: design, factors: named, runs };
}
