/** The sign of each component of a vector, packed eight to a byte, lowest bit first: 1 where it is above 0. */
export function signBits(vector: Int8Array): Uint8Array {
  const bits = new Uint8Array(vector.length / 8);
  for (let i = 0; i < vector.length; i++) if (vector[i]! > 0) bits[i >>> 3]! |= 1 << (i & 7);
  return bits;
}
