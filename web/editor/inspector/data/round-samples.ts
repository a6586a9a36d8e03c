import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { firstRound } from '#shared/loop-sample.ts'
import { sampleScope } from '../template/sample-scope.ts'

/**
 * What a step inside of loops sees of the first round of each, by the loop: its item, or what the round before gave.
 * Worked out on samples; empty for a step inside of none.
 */
export function roundSamples(
  flow: Pick<Flow, 'nodes'>,
  stepId: string,
  samples: { trigger: Json | undefined; sampleOf: (id: string) => Json | undefined },
): ReadonlyMap<string, Json> {
  if (flow.nodes.find(({ id }) => id === stepId)?.parent === undefined) return new Map()
  const { loops } = firstRound(flow, stepId, sampleScope({ ...samples, flowId: '' }))
  const rounds: Json = JSON.parse(loops ?? '{}')
  const found = new Map<string, Json>()
  if (!isJsonObject(rounds)) return found
  for (const [id, round] of Object.entries(rounds)) {
    const value = isJsonObject(round) ? (round['item'] ?? round['previous']) : undefined
    if (value !== undefined) found.set(id, value)
  }
  return found
}
