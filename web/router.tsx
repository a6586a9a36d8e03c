import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { requestStates, type RequestState } from '#shared/request-states.ts'
import type { RunStatus } from '#shared/run.ts'
import { isApiProblem } from './api/client.ts'
import { meQuery, setupStateQuery } from './api/queries.ts'
import { queryClient } from './api/query-client.ts'
import { type When, whens } from './requests/when.ts'
import { runStatuses } from './runs/run-words.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageProblem } from './shell/page-problem.tsx'
import { PagePending } from './shell/page-pending.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  notFoundComponent: NotFoundPage,
  errorComponent: PageProblem,
})

/** A word in the address. The router reads digits as a number; here they are a word all the same. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
const oneOf = <T extends string>(values: readonly T[], value: unknown) => values.find((known) => known === value)

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search): { token?: string | undefined } => ({ token: text(search['token']) }),
  beforeLoad: async ({ context }) => {
    const { needed } = await context.queryClient.fetchQuery(setupStateQuery)
    if (!needed) throw redirect({ to: '/flows' })
  },
  component: lazyRouteComponent(() => import('./account/setup-page.tsx'), 'SetupPage'),
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): { next?: string | undefined } => ({ next: text(search['next']) }),
  component: lazyRouteComponent(() => import('./account/login-page.tsx'), 'LoginPage'),
})

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (problem) {
      if (!isApiProblem(problem) || problem.status !== 401) throw problem
      const { needed } = await context.queryClient.fetchQuery(setupStateQuery)
      throw needed
        ? redirect({ to: '/setup' })
        : redirect({ to: '/login', search: location.pathname === '/' ? {} : { next: location.href } })
    }
  },
})

const index = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/flows' })
  },
})

const home = createRoute({
  getParentRoute: () => app,
  path: '/home',
  beforeLoad: () => {
    throw redirect({ to: '/flows' })
  },
})

const flows = createRoute({
  getParentRoute: () => app,
  path: '/flows',
  validateSearch: (search): { q?: string | undefined } => ({ q: text(search['q']) }),
  component: lazyRouteComponent(() => import('./flows/flows-page.tsx'), 'FlowsPage'),
})

const inspectorTabs = ['setup', 'options', 'notes'] as const
const drawerTabs = ['in', 'out', 'log'] as const

const editor = createRoute({
  getParentRoute: () => app,
  path: '/flows/$flow',
  validateSearch: (
    search,
  ): {
    step?: string | undefined
    tab?: (typeof inspectorTabs)[number] | undefined
    drawer?: (typeof drawerTabs)[number] | undefined
    /** Of the step's code. */
    line?: number | undefined
  } => ({
    step: text(search['step']),
    tab: oneOf(inspectorTabs, search['tab']),
    drawer: oneOf(drawerTabs, search['drawer']),
    line: typeof search['line'] === 'number' ? search['line'] : undefined,
  }),
  component: lazyRouteComponent(() => import('./editor/editor-page.tsx'), 'EditorPage'),
})

function runFilters(search: Record<string, unknown>): { status?: RunStatus | undefined; q?: string | undefined } {
  return { status: oneOf(runStatuses, search['status']), q: text(search['q']) }
}

const runs = createRoute({
  getParentRoute: () => app,
  path: '/runs',
  validateSearch: (search): ReturnType<typeof runFilters> & { flow?: string | undefined } => ({
    ...runFilters(search),
    flow: text(search['flow']),
  }),
  component: lazyRouteComponent(() => import('./runs/runs-page.tsx'), 'RunsPage'),
})

const flowRuns = createRoute({
  getParentRoute: () => app,
  path: '/flows/$flow/runs',
  validateSearch: runFilters,
  component: lazyRouteComponent(() => import('./runs/flow-runs-page.tsx'), 'FlowRunsPage'),
})

interface RequestsSearch {
  state?: RequestState | undefined
  q?: string | undefined
  when?: When | undefined
  from?: string | undefined
  to?: string | undefined
  request?: string | undefined
}

const flowRequests = createRoute({
  getParentRoute: () => app,
  path: '/flows/$flow/requests',
  validateSearch: (search): RequestsSearch => ({
    state: oneOf(requestStates, search['state']),
    q: text(search['q']),
    when: oneOf(whens, search['when']),
    from: text(search['from']),
    to: text(search['to']),
    request: text(search['request']),
  }),
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
})

const runViews = ['canvas', 'timeline', 'list'] as const

const run = createRoute({
  getParentRoute: () => app,
  path: '/flows/$flow/runs/$run',
  validateSearch: (
    search,
  ): { step?: string | undefined; attempt?: number | undefined; view?: (typeof runViews)[number] | undefined } => ({
    step: text(search['step']),
    attempt: typeof search['attempt'] === 'number' ? search['attempt'] : undefined,
    view: oneOf(runViews, search['view']),
  }),
  component: lazyRouteComponent(() => import('./runs/run-page.tsx'), 'RunPage'),
})

const values = createRoute({
  getParentRoute: () => app,
  path: '/values',
  component: lazyRouteComponent(() => import('./values/values-page.tsx'), 'ValuesPage'),
})

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile' })
  },
})
const profile = createRoute({
  getParentRoute: () => settings,
  path: 'profile',
  component: lazyRouteComponent(() => import('./settings/profile-section.tsx'), 'ProfileSection'),
})
const appearance = createRoute({
  getParentRoute: () => settings,
  path: 'appearance',
  component: lazyRouteComponent(() => import('./settings/appearance-section.tsx'), 'AppearanceSection'),
})
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: 'api-keys',
  component: lazyRouteComponent(() => import('./settings/api-keys-section.tsx'), 'ApiKeysSection'),
})
const packages = createRoute({
  getParentRoute: () => settings,
  path: 'packages',
  component: lazyRouteComponent(() => import('./settings/packages-section.tsx'), 'PackagesSection'),
})
const egress = createRoute({
  getParentRoute: () => settings,
  path: 'egress',
  component: lazyRouteComponent(() => import('./settings/egress-section.tsx'), 'EgressSection'),
})
const system = createRoute({
  getParentRoute: () => settings,
  path: 'system',
  component: lazyRouteComponent(() => import('./settings/system-section.tsx'), 'SystemSection'),
})

const routeTree = root.addChildren([
  setup,
  login,
  app.addChildren([
    index,
    home,
    flows,
    editor,
    runs,
    flowRuns,
    flowRequests,
    run,
    values,
    settings.addChildren([settingsIndex, profile, appearance, apiKeys, packages, egress, system]),
  ]),
])

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultPendingMs: 300,
  defaultErrorComponent: PageProblem,
  scrollRestoration: true,
  // Words as they are: the default would write and read them as JSON.
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
