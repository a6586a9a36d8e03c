import type { LogRow, NewRun, RunWrites, WaitRow } from './write-batch.ts'

type Fitting<Row> = { [K in keyof Required<Row>]: (value: Row[K], row: Row) => boolean }

const always = () => true

/**
 * What `commitRuns` can write of a run. A kind of writes that is new, and not written by it, is listed here with the
 * condition under which there is nothing of it; below the same for what is new in a row.
 */
const carried: Fitting<RunWrites> = {
  workspaceId: always,
  runId: always,
  epoch: always,
  size: always,
  create: (create, { release }) => create === undefined || (release === undefined && isUsualStart(create)),
  events(events) {
    for (const event of events) if (event.large) return false
    return true
  },
  opened(waits) {
    for (const wait of waits.values()) if (!isUsualWait(wait)) return false
    return true
  },
  closed: always,
  spent: (events) => events.size === 0,
  asked: (questions) => questions.length === 0,
  answered: (questions) => questions.size === 0,
  logs: (lines) => lines.every(isUsualLine),
  metrics: (metrics) => metrics.length === 0,
  outbox: (rows) => rows.length === 0,
  slotsFreed: (paths) => paths.size === 0,
  release: always,
  finish: always,
}

const isUsualStart = fitting<NewRun>({
  flowId: always,
  version: always,
  planHash: always,
  triggerId: always,
  owned: always,
  priority: always,
  dueAt: always,
  subject: always,
  startedBy: always,
  parent: (parent) => parent === null,
  isNamed: (isNamed) => !isNamed,
  isFenced: (isFenced) => !isFenced,
  createdAt: always,
  key: (key) => key === null,
  keyForMs: always,
  inputHash: (hash) => hash === null,
  request: (request) => !request?.isKept,
  queue: (queue) => queue === null,
  startBy: (startBy) => startBy === null,
  isPaused: (isPaused) => !isPaused,
})

const isUsualWait = fitting<WaitRow>({
  kind: always,
  name: always,
  openedAt: always,
  dueAt: always,
  child: (child) => child === null,
  event: (event) => event === undefined,
})

const isUsualLine = fitting<LogRow>({
  seq: always,
  n: always,
  path: always,
  attempt: always,
  at: always,
  level: always,
  message: always,
  data: always,
})

/** Whether `commitRuns` can write all of it. */
export const isUsual = fitting(carried)

/** Asks only where the answer may be no: this is done for every run of every flush. */
function fitting<Row extends object>(tests: Fitting<Row>): (row: Row) => boolean {
  const asked: (keyof Row)[] = []
  for (const name in tests) if (tests[name] !== always) asked.push(name)
  return (row) => {
    for (const name of asked) if (!tests[name](row[name], row)) return false
    return true
  }
}
