import { Search } from 'lucide-react'
import { requestStates, type RequestState } from '#shared/request-states.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { requestStateWords } from './request-words.ts'
import { type When, whens, whenWords } from './when.ts'

/** What is looked for, as it stands in the address of the page. */
export interface Looked {
  state: RequestState | undefined
  q: string | undefined
  when: When | undefined
  from: string | undefined
  to: string | undefined
}

export const everything: Looked = { state: undefined, q: undefined, when: undefined, from: undefined, to: undefined }

const any = 'any'
const stateOptions = [
  { value: any, label: 'All states' },
  ...requestStates.map((state) => ({ value: state, label: requestStateWords[state].word })),
] as const
const whenOptions = [
  { value: any, label: 'Any time' },
  ...whens.map((when) => ({ value: when, label: whenWords[when] })),
] as const

/** State, time and words to look for. */
export function RequestsFilter({ looked, onChange }: { looked: Looked; onChange: (next: Looked) => void }) {
  const { state, q, when, from, to } = looked
  const isFiltered = state !== undefined || q !== undefined || when !== undefined
  return (
    <>
      <Select
        label="State"
        hideLabel
        className="w-42 max-sm:w-[calc(50%-4px)]"
        options={stateOptions}
        value={state ?? any}
        onChange={(value) => onChange({ ...looked, state: value === any ? undefined : value })}
      />
      <Select
        label="When"
        hideLabel
        className="w-48 max-sm:w-[calc(50%-4px)]"
        options={whenOptions}
        value={when ?? any}
        onChange={(value) => onChange({ ...looked, when: value === any ? undefined : value, from: undefined, to: undefined })}
      />
      {when === 'between' && (
        <>
          <TextField
            type="datetime-local"
            label="From"
            hideLabel
            className="w-56 max-w-full"
            value={from ?? ''}
            onChange={(event) => onChange({ ...looked, from: event.target.value || undefined })}
          />
          <TextField
            type="datetime-local"
            label="To"
            hideLabel
            className="w-56 max-w-full"
            value={to ?? ''}
            onChange={(event) => onChange({ ...looked, to: event.target.value || undefined })}
          />
        </>
      )}
      <TextField
        type="search"
        label="Search requests"
        hideLabel
        placeholder="Words in the request"
        leading={<Search size={16} />}
        className="w-60 max-sm:w-full"
        value={q ?? ''}
        onChange={(event) => onChange({ ...looked, q: event.target.value || undefined })}
      />
      {isFiltered && (
        <Button variant="quiet" onClick={() => onChange(everything)}>
          Clear filters
        </Button>
      )}
    </>
  )
}
