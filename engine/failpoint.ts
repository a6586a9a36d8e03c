/** Places between two commits where a crash must not matter. Tests hang something in; otherwise passing one is free. */
export type Failpoint =
  | 'before-commit'
  | 'after-commit'
  | 'after-claim'
  | 'before-effect'
  | 'after-effect'
  | 'before-release'
  | 'after-arrival'

let hook: ((point: Failpoint) => void) | undefined

export function failpoint(point: Failpoint): void {
  hook?.(point)
}

export function onFailpoint(listener: ((point: Failpoint) => void) | undefined): void {
  hook = listener
}
