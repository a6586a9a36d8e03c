import type { FlowSettings, Join, OnError } from './flow.ts'
import type { Json } from './json.ts'

/** The step DAG the engine executes. Immutable; two documents that differ only on the canvas give the same plan. */
export interface Plan {
  format: 1
  triggers: PlanTrigger[]
  /** Topological order, then document order: "last in plan order" is the end of this list. */
  steps: PlanStep[]
  settings: FlowSettings
}

export interface PlanTrigger {
  id: string
  type: string
  name: string
  params: { [name: string]: Json }
}

export interface PlanStep {
  id: string
  type: string
  name: string
  runs: 'engine' | 'code' | 'action'
  /** Touches the outside, so the decision to start it is durable before it starts. */
  effect: boolean
  params: { [name: string]: Json }
  /** Names of params whose strings are templates. */
  expressions: string[]
  connection?: string
  retry: RetryPolicy
  timeoutMs: number
  onError: OnError
  join: Join
  cancelRest: boolean
  delivery: 'atLeastOnce' | 'atMostOnce'
  runIf?: boolean | string
  concurrency?: { limit: number; key?: string }
  disabled: boolean
  parent?: string
  incoming: PlanEdge[]
  /** Handles that have at least one line, each with the steps it leads to, in document order. */
  outgoing: { [handle: string]: string[] }
  /** Steps its params and code name, all of them upstream. */
  reads: string[]
}

export interface PlanEdge {
  source: string
  handle: string
}

export interface RetryPolicy {
  maxAttempts: number
  factor: number
  minDelayMs: number
  maxDelayMs: number
  jitter: boolean
}

export interface Problem {
  severity: 'error' | 'warning'
  nodeId?: string
  /** The line it is about, as `edgeKey` writes it. */
  edge?: string
  /** Dotted path into `params`, or `settings.…`. */
  param?: string
  line?: number
  column?: number
  /** The npm package it is about. */
  package?: string
  code: ProblemCode
  message: string
}

export type ProblemCode =
  | 'no_trigger'
  | 'unreachable'
  | 'cycle'
  | 'duplicate_id'
  | 'unknown_type'
  | 'unknown_handle'
  | 'unknown_edge_end'
  | 'duplicate_edge'
  | 'edge_into_trigger'
  | 'edge_across_loop'
  | 'missing_param'
  | 'invalid_param'
  | 'invalid_expression'
  | 'invalid_condition'
  | 'unknown_reference'
  | 'not_upstream'
  | 'code_syntax'
  | 'code_type'
  | 'expression_type'
  | 'types_not_checked'
  | 'package_missing'
  | 'package_unusable'
  | 'too_large'
  | 'secret_missing'
  | 'invalid_duration'
  | 'invalid_cron'
  | 'invalid_time_zone'
  | 'path_taken'
  | 'route_without_line'
  | 'error_line_without_route'
  | 'continue_with_exits'
  | 'join_too_high'
  | 'disabled_with_exits'
  | 'invalid_retry'
  | 'invalid_setting'
  | 'may_miss_respond'
  | 'unheard_answer'
  | 'not_available'
