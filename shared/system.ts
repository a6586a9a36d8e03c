import { z } from 'zod'

/** One protection that stands between code steps and the machine: whether it is in place here, and what that means. */
export const SandboxLayer = z.object({ name: z.string(), isActive: z.boolean(), means: z.string() })
export type SandboxLayer = z.infer<typeof SandboxLayer>

/** What this instance is made of and what it allows. Holds no secret and no path of the machine. */
export const SystemInfo = z.object({
  version: z.string(),
  node: z.string(),
  /** What this process does: answers people, carries runs out, or both. */
  role: z.enum(['all', 'web', 'worker']),
  database: z.string(),
  sandbox: z.object({
    /** Names of what is in place, and of what this machine lacks. */
    layers: z.array(z.string()),
    missing: z.array(z.string()),
    /** All of them, in words. */
    explained: z.array(SandboxLayer),
  }),
  limits: z.object({
    bodyBytes: z.number(),
    outputBytes: z.number(),
    expressionBytes: z.number(),
    items: z.number(),
    steps: z.number(),
    jsonDepth: z.number(),
    /** Of one attempt of a code step. */
    code: z.object({
      cpuMs: z.number(),
      memoryMb: z.number(),
      resultBytes: z.number(),
      callBytes: z.number(),
      calls: z.number(),
      callsInFlight: z.number(),
      logLines: z.number(),
      logBytes: z.number(),
      logLineBytes: z.number(),
      metrics: z.number(),
      timers: z.number(),
    }),
  }),
  egress: z.object({
    /** Private address ranges that may be called; set by whoever runs the server. */
    privateRanges: z.array(z.string()),
    redirects: z.number(),
    connectMs: z.number(),
    idleMs: z.number(),
    answerBytes: z.number(),
  }),
})
export type SystemInfo = z.infer<typeof SystemInfo>
