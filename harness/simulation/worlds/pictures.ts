/** Pictures sent with a message, as the file bytes a playbook reads. */

/** File bytes of `data:` URLs with base64, each decoded when it is first looked at and then kept. A picture that lies elsewhere has no bytes: nothing is fetched. */
export function picturesOf(urls: readonly string[]): readonly Uint8Array[] {
  const pictures: Uint8Array[] = [];
  for (const [index, url] of urls.entries()) {
    let bytes: Uint8Array | undefined;
    Object.defineProperty(pictures, index, {
      enumerable: true,
      get: () => {
        bytes ??= bytesOf(url);
        return bytes;
      },
    });
  }
  return pictures;
}

function bytesOf(url: string): Uint8Array {
  const comma = url.indexOf(",");
  if (!/^data:[^,]*;base64$/i.test(url.slice(0, comma))) return new Uint8Array();
  return Buffer.from(url.slice(comma + 1), "base64");
}
