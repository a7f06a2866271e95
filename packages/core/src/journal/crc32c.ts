const table = makeTable();

/** CRC-32C of `bytes` from one offset to before another, going on from that of what stands before them. https://datatracker.ietf.org/doc/html/rfc3720#appendix-B.4 */
export function crc32c(bytes: Uint8Array, { from = 0, to = bytes.length, before = 0 }: Span = {}): number {
  let crc = ~before;
  for (let at = from; at < to; at += 1) crc = (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Span = { readonly from?: number; readonly to?: number; readonly before?: number };

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
    return crc;
  });
}
