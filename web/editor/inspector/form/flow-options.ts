import type { ComboboxOption } from '../../../ui/combobox.tsx'

/** The flows of the workspace to choose from, by name: those of one name are told apart by the end of their ids. */
export function flowOptions(names: ReadonlyMap<string, string> | undefined, without: readonly string[] = []): ComboboxOption[] {
  const flows = [...(names ?? [])].filter(([id]) => !without.includes(id))
  const counts = new Map<string, number>()
  for (const [, name] of flows) counts.set(name, (counts.get(name) ?? 0) + 1)
  return flows
    .map(([value, name]) =>
      (counts.get(name) ?? 0) > 1 ? { value, label: name, detail: `…${value.slice(-6)}` } : { value, label: name },
    )
    .toSorted((one, other) => one.label.localeCompare(other.label))
}
