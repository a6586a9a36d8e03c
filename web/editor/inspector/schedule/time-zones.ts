import type { ComboboxOption } from '../../../ui/combobox.tsx'

/** The zone of the person who looks. */
export const ownTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

let known: ComboboxOption[] | undefined

/** Every time zone the browser knows, one's own and UTC first, each with how far it is from UTC today. */
export function timeZoneOptions(): ComboboxOption[] {
  const first = [...new Set([ownTimeZone, 'UTC'])]
  const others = Intl.supportedValuesOf('timeZone').filter((zone) => !first.includes(zone))
  return (known ??= [...first, ...others].map((zone) => ({ value: zone, label: zoneWords(zone), detail: distanceFromUtc(zone) })))
}

/** `America/Argentina/Buenos_Aires` → `Buenos Aires, America/Argentina`: people look for the city. */
export function zoneWords(zone: string): string {
  const end = zone.lastIndexOf('/')
  return end < 0 ? zone : `${zone.slice(end + 1)}, ${zone.slice(0, end)}`.replaceAll('_', ' ')
}

/** The city alone. */
export function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')
}

function distanceFromUtc(zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts()
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', '') || '+00:00'
}
