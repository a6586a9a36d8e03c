import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Notice } from '../ui/notice.tsx'
import { sizeText } from '../words/size-text.ts'
import { LayerList } from './layer-list.tsx'
import { Facts, Section } from './section.tsx'

const roles = {
  all: 'Answers people and carries runs out',
  web: 'Answers people; others carry runs out',
  worker: 'Carries runs out',
} as const

export function SystemSection() {
  const system = useQuery(systemQuery)
  if (system.isPending) return <PagePending />
  if (system.data === undefined) return <ProblemState error={system.error} onRetry={() => void system.refetch()} />
  const { version, node, role, database, sandbox, limits, egress } = system.data
  const { code } = limits
  const missing = sandbox.missing.length
  return (
    <Section title="Installation" text="What this Holdfast is made of, and how code steps are kept apart from it.">
      <Facts
        items={[
          ['Holdfast', version],
          ['This server', roles[role]],
          ['Node', node],
          ['Database', `PostgreSQL ${database}`],
        ]}
      />

      <Heading title="What protects this machine from code steps" />
      {missing > 0 && (
        <div className="mb-3">
          <Notice tone="waiting" title={missing === 1 ? 'One protection is missing' : `${missing} protections are missing`}>
            Code steps run, but with less between them and this machine than there could be.
          </Notice>
        </div>
      )}
      <LayerList layers={sandbox.explained} />

      <Heading
        title="Limits of a code step"
        text="Of each attempt. A step that goes over one fails, and says which one it was."
      />
      <Facts
        items={[
          ['Processor time', `${code.cpuMs / 1000} s`],
          ['Memory', `${code.memoryMb} MiB`],
          ['What it gives', sizeText(code.resultBytes)],
          ['Calls to the outside', `${count(code.calls)}, ${code.callsInFlight} at once, ${sizeText(code.callBytes)} each`],
          [
            'Log',
            `${count(code.logLines)} lines, ${sizeText(code.logBytes)} in all, ${sizeText(code.logLineBytes)} a line; more is counted and dropped`,
          ],
        ]}
      />

      <Heading title="Limits of a run" />
      <Facts
        items={[
          ['What comes in', sizeText(limits.bodyBytes)],
          ['What a step gives', sizeText(limits.outputBytes)],
          ['Items of a loop', count(limits.items)],
          ['Steps', count(limits.steps)],
        ]}
      />

      <Heading
        title="Calls to the outside"
        text="One door for every step: it looks up each name once and checks every address."
      />
      <Facts
        items={[
          [
            'Private addresses',
            egress.privateRanges.length === 0 ? (
              'All refused'
            ) : (
              <>
                Refused, except <code className="font-mono text-code">{egress.privateRanges.join(', ')}</code>
              </>
            ),
          ],
          ['An answer', `${sizeText(egress.answerBytes)} at the most`],
          ['Waiting', `${egress.connectMs / 1000} s for a connection, ${egress.idleMs / 1000} s without a word`],
          ['Redirects', `${egress.redirects} at the most, each checked again`],
        ]}
      />
    </Section>
  )
}

function Heading({ title, text }: { title: string; text?: string }) {
  return (
    <div className="mt-7 mb-3">
      <h3 className="text-label">{title}</h3>
      {text !== undefined && <p className="mt-0.5 text-small text-muted">{text}</p>}
    </div>
  )
}

function count(value: number): string {
  return value.toLocaleString('en')
}
