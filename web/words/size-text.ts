const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const

/** A size as people say it: `10 MiB`, `256 KiB`, `700 bytes`. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number(value.toFixed(1)).toLocaleString('en')} ${units[unit]}`
}
