import type { JsonText } from '#shared/json.ts'
import { createAdmissions } from '../control/admissions.ts'
import { admitWithin } from '../control/admit-starts.ts'
import type { Engine, EngineOptions, StartRun } from '../engine-api.ts'
import type { Log } from '../ports.ts'
import type { PlanShelf } from '../read/plan-shelf.ts'
import type { StartPorts } from './start-ports.ts'
import { createStarter, type StarterOptions } from './start-run.ts'

export interface StartsOptions extends Omit<StarterOptions, 'admit' | 'admitWith'>, Pick<StartPorts, 'onAdmitted'> {
  log: Log
  plans: PlanShelf
  findVars: EngineOptions['findVars']
  workerId(): string
}

/** All ways in which this process starts runs. */
export interface Starts extends Pick<Engine, 'startRun' | 'startRunWith'> {
  /** For those who start runs in a transaction of their own. */
  ports: StartPorts
  /** Resolves when nothing is being decided. */
  idle(): Promise<void>
}

/** Looks up what a start needs, its version's plan and its workspace's shared values, and starts it. */
export function createStarts(options: StartsOptions): Starts {
  const { database, time, log, plans, findVars, workerId, onAdmitted } = options
  const { indexOf } = plans
  const admissions = createAdmissions({ database, time, log, workerId, onAdmitted })
  const starter = createStarter({ ...options, admit: admissions.admit, admitWith: admissions.admitWith })
  return {
    startRun(start) {
      const index = plans.find(start.planHash)
      const vars = start.vars ?? findVars?.(start.workspaceId)
      // What is at hand is not waited for: a start that nothing holds up is a start at once.
      if (index && (vars === undefined || typeof vars === 'string')) return starter.start(withVars(start, vars), index)
      return Promise.all([index ?? indexOf(start.planHash), vars]).then(([loaded, found]) =>
        starter.start(withVars(start, found), loaded),
      )
    },
    async startRunWith(start, also) {
      const [index, vars] = await Promise.all([indexOf(start.planHash), start.vars ?? findVars?.(start.workspaceId)])
      return starter.startWith(withVars(start, vars), index, also)
    },
    ports: {
      indexOf,
      findVars: async (workspaceId) => findVars?.(workspaceId),
      prepare: starter.prepare,
      admit: (client, starts) => admitWithin(client, starts, { offsetMs: time.clock.offsetMs(), workerId: workerId() }),
      onAdmitted,
    },
    idle: admissions.idle,
  }
}

function withVars(start: StartRun, vars: JsonText | undefined): StartRun {
  return vars === undefined ? start : { ...start, vars }
}
