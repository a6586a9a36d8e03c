import { Plus, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { HostPattern, hostPatternHint } from '#shared/host-pattern.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { TextField } from '../ui/text-field.tsx'

const notAdded = 'Add this host to the list first, or empty the field.'

/** A list of hosts, added one by one. */
export function HostList({
  label = 'Hosts that may be called',
  hosts,
  onChange,
}: {
  label?: string
  hosts: readonly string[]
  onChange: (hosts: readonly string[]) => void
}) {
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  // A form is not saved without a host that somebody typed and has not added yet.
  useEffect(() => input.current?.setCustomValidity(text.trim() === '' ? '' : notAdded), [text])

  const add = () => {
    const host = HostPattern.safeParse(text)
    if (!host.success) return setError(hostPatternHint)
    if (!hosts.includes(host.data)) onChange([...hosts, host.data])
    setText('')
    setError(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    // Enter in an empty field saves the whole, as in any form.
    if (text.trim() === '') return
    event.preventDefault()
    add()
  }
  const remove = (host: string) => {
    onChange(hosts.filter((one) => one !== host))
    input.current?.focus()
  }

  return (
    <div className="flex flex-col gap-3">
      {hosts.length > 0 && (
        <ul aria-label={label} className="rounded-card border border-line bg-surface">
          {hosts.map((host) => (
            <li key={host} className="flex items-center gap-3 border-b border-line py-1.5 pr-2 pl-4 last:border-b-0">
              <code className="min-w-0 flex-1 font-mono text-code break-all">{host}</code>
              <IconButton label={`Remove ${host}`} icon={<X size={16} aria-hidden />} onClick={() => remove(host)} />
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-start gap-2">
        <TextField
          ref={input}
          label="Add a host"
          hint="*.example.com is every host below it; with a port, only that one is meant."
          placeholder="api.example.com"
          mono
          className="flex-1"
          error={error}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setError(undefined)
          }}
          onKeyDown={onKeyDown}
          onInvalid={(event) => {
            // In place of the browser's own bubble.
            event.preventDefault()
            setError(notAdded)
            input.current?.focus()
          }}
        />
        <Button className="mt-6" icon={<Plus size={16} aria-hidden />} disabled={text.trim() === ''} onClick={add}>
          Add
        </Button>
      </div>
    </div>
  )
}
