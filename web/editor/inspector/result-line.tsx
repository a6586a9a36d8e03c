import { StatusIcon } from '../../ui/status-chip.tsx'
import { Elapsed } from '../../words/elapsed.tsx'
import { errorWords } from '../drawer/error-words.ts'
import { shortValue, timeWords } from './data/value-words.ts'
import type { StepTestState } from './test-step.ts'

/** How the last test of a step went, in one line. */
export function ResultLine({ test }: { test: StepTestState }) {
  switch (test.kind) {
    case 'running':
      return (
        <p className="truncate text-small text-running">
          Testing… {/* The seconds are for the eye: read out one by one they would drown everything else. */}
          <span aria-hidden>
            <Elapsed from={new Date(test.startedAt).toISOString()} to={null} />
          </span>
        </p>
      )
    case 'stopped':
      return <p className="truncate text-small text-muted">Stopped before it was done</p>
    case 'refused':
      return <p className="line-clamp-2 text-small text-failed">{test.reason}</p>
    case 'done': {
      const { result } = test
      const worked = result.status === 'succeeded'
      return (
        <p
          className={`flex items-center gap-1.5 text-small ${worked ? 'text-worked' : 'text-failed'}`}
          title={result.error?.message}
        >
          <span className="shrink-0">
            <StatusIcon kind={worked ? 'worked' : 'failed'} size={15} />
          </span>
          <span className="truncate">
            {worked
              ? `Worked · ${shortValue(result.output, 30)} · ${timeWords(result.durationMs)}`
              : `Failed · ${result.error === null ? 'it gave no reason' : errorWords(result.error)}`}
          </span>
        </p>
      )
    }
  }
}
