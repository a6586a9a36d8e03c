const wellFormed = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:\s*;[\t\x20-\x7e]{0,100})?$/

/** What a file is sent as: what it is said to be, when that can be said in a header, else simply bytes. */
export function mediaTypeOf(type: string): string {
  return wellFormed.test(type) ? type : 'application/octet-stream'
}
