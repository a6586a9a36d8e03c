import { useQuery } from '@tanstack/react-query'
import { codeLimitsQuery } from '../../../api/queries.ts'
import { durationText } from '../../../words/duration-text.ts'
import { sizeText } from '../../../words/size-text.ts'

/** What one try of a code step may use: the same for all of them, to be known and not to be changed here. */
export function CodeLimits() {
  const { data: limits } = useQuery(codeLimitsQuery)
  if (limits === undefined) return null
  const rows = [
    ['Processor time', durationText(limits.cpuMs)],
    ['Memory', sizeText(limits.memoryMb * 1024 * 1024)],
    ['What it returns', `at most ${sizeText(limits.resultBytes)}`],
    ['Calls to the outside', `${count(limits.calls)}, ${count(limits.callsInFlight)} at once`],
    ['Log', `${count(limits.logLines)} lines, ${sizeText(limits.logBytes)}`],
  ]
  return (
    <section aria-labelledby="code-limits" data-dev className="flex flex-col gap-1.5">
      <h3 id="code-limits" className="text-label">
        What one try of the code may use
      </h3>
      <dl className="rounded-field border border-line">
        {rows.map(([name, value]) => (
          <div key={name} className="flex h-8 items-center justify-between gap-4 border-b border-line px-3 last:border-b-0">
            <dt className="text-body text-muted">{name}</dt>
            <dd className="text-body tabular">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-small text-muted">The same for every code step here. Whoever runs this Holdfast can change them.</p>
    </section>
  )
}

function count(number: number): string {
  return number.toLocaleString('en')
}
