import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import type { Run } from '#shared/run.ts'
import { Tabs } from '../ui/tabs.tsx'
import { ErrorCard } from './error-card.tsx'
import { isOver } from './run-words.ts'
import { nodeIdAt } from './step-words.ts'
import { ValueView } from './value-view.tsx'
import { WaitNotice } from './wait-notice.tsx'

type Tab = 'in' | 'out'

/** What was sent is what one looks for; how it was sent comes after. */
function bodyFirst(trigger: Json): Json {
  if (!isJsonObject(trigger) || trigger['body'] === undefined) return trigger
  const { body, ...rest } = trigger
  return { body, ...rest }
}

/** What the panel shows while no step is chosen: what started the run, what it waits for, what it gave back. */
export function RunOverview({
  run,
  promised,
  nameOf,
}: {
  run: Run
  /** What the start it began at says it gives. */
  promised: ParamSchema | undefined
  nameOf: (nodeId: string, path?: string) => string
}) {
  const [tab, setTab] = useState<Tab>('in')
  return (
    <>
      <header className="px-4 pt-3 pb-3">
        <h2 className="text-h2">This run</h2>
        <p className="mt-1 text-small text-muted">Began at “{nameOf(run.triggerId)}”. Choose a step to see what it did.</p>
        {run.requestId !== null && (
          <Link
            to="/flows/$flow/requests"
            params={{ flow: run.flowId }}
            search={{ request: run.requestId }}
            className="mt-1 inline-block text-small text-accent underline"
          >
            The request it started with
          </Link>
        )}
      </header>
      {(run.error !== null || run.waits.length > 0) && (
        <div className="flex flex-col gap-3 px-4 pb-4">
          {run.error !== null && <ErrorCard error={run.error} run={run} nodeId={run.error.nodeId} />}
          {run.waits.map((wait) => (
            <WaitNotice key={wait.path} wait={wait} stepName={nameOf(nodeIdAt(wait.path), wait.path)} />
          ))}
        </div>
      )}
      <Tabs<Tab>
        label="What happened"
        value={tab}
        onChange={setTab}
        className="min-h-0 flex-1"
        listClassName="px-2"
        panelClassName="overflow-y-auto p-4"
        items={[
          {
            value: 'in',
            label: 'Came in',
            panel: <ValueView value={bodyFirst(run.trigger)} promised={promised} empty="It was started with nothing." />,
          },
          {
            value: 'out',
            label: 'Came out',
            panel: (
              <ValueView
                value={run.output}
                empty={isOver(run.status) ? 'The run gave nothing back.' : 'The run isn’t done yet.'}
              />
            ),
          },
        ]}
      />
    </>
  )
}
