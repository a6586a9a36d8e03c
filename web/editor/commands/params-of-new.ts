import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { NodeType } from '#shared/manifest.ts'
import { ownTimeZone } from '../inspector/schedule/time-zones.ts'

/** What a new step begins with. Nine o'clock is meant by the clock of whoever adds a schedule. */
export function paramsOfNew({ type, defaults }: NodeType): { [param: string]: Json } {
  const params = structuredClone(defaults)
  const { rules } = params
  if (type !== 'schedule' || !Array.isArray(rules)) return params
  return { ...params, rules: rules.filter(isJsonObject).map((rule) => ({ ...rule, timezone: ownTimeZone })) }
}
