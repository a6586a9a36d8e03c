import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { JournalFact } from './journal.ts'
import { indexPlan } from './plan-index.ts'
import { initialState, type RunState } from './run-state.ts'
import { apply } from './state.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { failed, finished, journalOf, lost, started } from '../testing/journal-of.ts'

function stateAfter(steps: { [id: string]: StepSketch }, facts: JournalFact[]): RunState {
  const state = initialState(indexPlan(flowOf(steps)))
  for (const event of journalOf(facts)) apply(state, event)
  return state
}

/** What is decided, in short: the steps to start, or the one other thing to do. */
function decided(steps: { [id: string]: StepSketch }, facts: JournalFact[]): unknown {
  const commands = decide(stateAfter(steps, facts))
  if (commands.every((command) => command.kind === 'start')) return commands.map((command) => command.path)
  const [only] = commands
  return only?.kind === 'finish' ? only.end.status : only?.kind
}

const diamond = { a: { after: ['trigger'] }, b: { after: ['a:true'] }, c: { after: ['a:false'] }, d: { after: ['b', 'c'] } }
const race = (join: StepSketch['join'], more: Partial<StepSketch> = {}) => ({
  a: { after: ['trigger'] },
  b: { after: ['trigger'] },
  c: { after: ['trigger'] },
  join: { after: ['a', 'b', 'c'], join: join ?? 'all', ...more },
})
const call: JournalFact = { kind: 'step.waiting', path: 'a', attempt: 1, data: { kind: 'call', expiresAt: 5000 } }

describe('decide', () => {
  test.each<[string, { [id: string]: StepSketch }, JournalFact[], unknown]>([
    ['starts what the trigger leads to', diamond, [], ['a']],
    ['starts nothing while the step before runs', diamond, [started('a')], []],
    ['follows the line that was taken, and skips the other', diamond, [finished('a', ['true'])], ['b']],
    ['joins branches of which one was skipped', diamond, [finished('a', ['true']), finished('b')], ['d']],
    ['ends when everything after a step is skipped', diamond, [finished('a', [])], 'succeeded'],
    ['starts parallel steps together', race('all'), [], ['a', 'b', 'c']],
    ['waits for all lines of a join', race('all'), [finished('a'), finished('b'), started('c')], []],
    ['fires a join of any line once', race('any'), [started('a'), started('b'), started('c'), finished('b')], ['join']],
    [
      'does not fire it again',
      race('any'),
      [started('a'), started('b'), started('c'), finished('b'), finished('join'), finished('a')],
      [],
    ],
    [
      'fires at the n-th line',
      race({ atLeast: 2 }),
      [started('a'), started('b'), started('c'), finished('b'), finished('a')],
      ['join'],
    ],
    [
      'skips a join that can’t be reached',
      race({ atLeast: 2 }),
      [finished('a'), finished('b', []), finished('c', [])],
      'succeeded',
    ],
    [
      'cancels the rest of a race',
      race('any', { cancelRest: true }),
      [started('a'), call, finished('b'), finished('join')],
      'succeeded',
    ],
    ['starts nothing after an unhandled failure', race('all'), [started('a'), started('b'), failed('b')], []],
    ['fails when what was under way has ended', race('all'), [started('a'), failed('b'), finished('a')], 'failed'],
    ['lets waits be when it fails', race('all'), [call, failed('b')], 'failed'],
    [
      'starts nothing more once it was cancelled',
      diamond,
      [started('a'), { kind: 'run.cancelRequested', data: { by: 'x', when: 'afterStep' } }],
      [],
    ],
    ['cancels at once', diamond, [started('a'), { kind: 'run.cancelRequested', data: { by: 'x', when: 'now' } }], 'cancelled'],
    ['pauses while only retries are left', diamond, [started('a'), failed('a', 9000)], 'pause'],
    [
      'goes on after a failure that is passed over',
      { a: { after: ['trigger'], onError: 'continue' }, b: { after: ['a'] } },
      [failed('a')],
      ['b'],
    ],
    [
      'goes the way of errors',
      { a: { after: ['trigger'], onError: 'route' }, b: { after: ['a'] }, c: { after: ['a:error'] } },
      [failed('a')],
      ['c'],
    ],
    ['leaves a parked step to a person', { a: { after: ['trigger'], onError: 'park' } }, [failed('a')], 'pause'],
    [
      'ends at a stop',
      race('all'),
      [started('b'), { kind: 'step.finished', path: 'a', attempt: 1, data: { stop: { as: 'succeeded', message: '' } } }],
      'succeeded',
    ],
    ['repeats a lost attempt', diamond, [started('a'), lost('a', 1, true)], ['a']],
    [
      'repeats suspects of a crash one at a time',
      race('all'),
      [started('a'), started('b'), lost('a', 1, false), lost('b', 1, false)],
      ['a'],
    ],
    [
      'suspects nobody after a drain',
      race('all'),
      [started('a'), started('b'), lost('a', 1, false, false), lost('b', 1, false, false)],
      ['c', 'a', 'b'],
    ],
    [
      'leaves a step in doubt to a person',
      { a: { after: ['trigger'], delivery: 'atMostOnce' } },
      [started('a'), lost('a', 1, true)],
      'pause',
    ],
  ])('%s', (_name, steps, facts, expected) => {
    expect(decided(steps, facts)).toEqual(expected)
  })

  test('gives up a step that took the process down three times, the last two alone', () => {
    const facts = [started('a'), started('b'), lost('a', 1, false), lost('b', 1, false), started('a', 2), lost('a', 2, true)]
    expect(decided(race('all'), facts)).toEqual(['a'])
    expect(decided(race('all'), [...facts, started('a', 3), lost('a', 3, true)])).toBe('poison')
    // A checkpoint of the run in between breaks the series.
    expect(
      decided(race('all'), [...facts, started('b', 2), finished('b', undefined, 2), started('a', 3), lost('a', 3, true)]),
    ).toEqual(['a'])
  })

  test('names the last output step, else the last step that says something, as the run’s output', () => {
    const output = (steps: { [id: string]: StepSketch }, facts: JournalFact[]) => {
      const [command] = decide(stateAfter(steps, facts))
      return command?.kind === 'finish' ? command.end.outputSeq : undefined
    }
    const steps = {
      a: { after: ['trigger'] },
      o: { type: 'output', after: ['trigger'] },
      b: { after: ['a'] },
      r: { type: 'respond', after: ['b'] },
    }
    expect(output(steps, [finished('a'), finished('o'), finished('b'), finished('r')])).toBe(2)
    expect(output({ a: { after: ['trigger'] }, r: { type: 'respond', after: ['a'] } }, [finished('a'), finished('r')])).toBe(1)
    expect(output({ r: { type: 'respond', after: ['trigger'] } }, [finished('r')])).toBeNull()
  })

  test('cancels only steps all of whose paths lead to the join', () => {
    const steps: { [id: string]: StepSketch } = {
      a: { after: ['trigger'] },
      b: { after: ['trigger'] },
      b2: { after: ['b'] },
      both: { after: ['trigger'] },
      elsewhere: { after: ['both'] },
      join: { after: ['a', 'b2', 'both'], join: 'any', cancelRest: true },
    }
    const state = stateAfter(steps, [started('a'), started('b'), started('both'), finished('a')])
    expect(state.cancelled).toEqual(['b'])
    expect(state.nodes.get('b2')?.status).toBe('cancelled')
    expect(state.nodes.get('both')?.status).toBe('running')
  })
})
