const LONGEST = 24;
const START = 6;
const END = 12;

/** Leaves out the middle of a long raw id: those of a resource differ in their last characters, `8:acs:<resource>_<user>`. */
export function shortId(id: string): string {
  return id.startsWith('8:') && id.length > LONGEST ? `${id.slice(0, START)}…${id.slice(-END)}` : id;
}
