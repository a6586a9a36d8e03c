/** What can be done to the system, each healed after a while. */
export type Fault =
  | { kind: 'kill'; place: string; downMs: number }
  | { kind: 'restart'; place: string; downMs: number }
  | { kind: 'freeze'; place: string; forMs: number }
  | { kind: 'cut'; place: string; forMs: number }
  | { kind: 'stall'; place: string; forMs: number }
  | { kind: 'swallow'; place: string }
  | { kind: 'loseAnswers'; place: string; forMs: number }
  | { kind: 'failpoint'; place: string; at: string; forMs: number }
  | { kind: 'killDatabase'; downMs: number }
  | { kind: 'pauseDatabase'; forMs: number }
  | { kind: 'publish' }
  | { kind: 'pauseFlow'; forMs: number }
  | { kind: 'turnFlowOff'; forMs: number }

/** A rolling restart is planned as a restart of each place, one after the other; some failpoints can be had alone. */
export type FaultKind = Fault['kind'] | 'rollingRestart' | 'ingestFailpoint' | 'checkpointFailpoint'

export interface PlannedFault {
  atMs: number
  fault: Fault
}

export function sayFault(fault: Fault): string {
  const { kind, ...rest } = fault
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name} ${value}`)].join(' ')
}
