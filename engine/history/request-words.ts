import { searchWords } from './search-words.ts'

/** Of what was sent, this much is searched: as much as of a run's. */
const textLength = 4096

/** The words by which a request without a run is found, its flow's id the first of them. */
export function requestWords(request: { flowId: string; reason: string; trigger: string | null }): string {
  const text = `${request.reason} ${request.trigger?.slice(0, textLength) ?? ''}`
  return [request.flowId, ...searchWords(text)].join(' ')
}
