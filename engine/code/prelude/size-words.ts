/** A limit as people say it: `10 MiB`, `512 KiB`. */
export function sizeWords(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024)
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${Math.floor(bytes / 1024)} KiB`
}
