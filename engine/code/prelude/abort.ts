/** Events, signals and the exception they throw: as much of the web's as code steps meet. */
interface Handler {
  run: unknown
  once: boolean
}

export function makeAbortClasses(): { [name: string]: unknown } {
  class DOMException extends Error {
    readonly code: number
    constructor(message = '', name = 'Error') {
      super(String(message))
      Object.defineProperty(this, 'name', { value: String(name), configurable: true })
      this.code = name === 'AbortError' ? 20 : name === 'TimeoutError' ? 23 : name === 'DataCloneError' ? 25 : 0
    }
  }

  class Event {
    readonly type: string
    target: unknown = null
    defaultPrevented = false
    constructor(type: unknown) {
      this.type = String(type)
    }
    preventDefault() {
      this.defaultPrevented = true
    }
  }

  class EventTarget {
    #handlers = new Map<string, Handler[]>()
    addEventListener(type: unknown, run: unknown, options?: boolean | { once?: boolean }) {
      const handlers = this.#handlers.get(String(type)) ?? []
      if (handlers.some((handler) => handler.run === run)) return
      this.#handlers.set(String(type), [...handlers, { run, once: typeof options === 'object' && options.once === true }])
    }
    removeEventListener(type: unknown, run: unknown) {
      this.#handlers.set(
        String(type),
        (this.#handlers.get(String(type)) ?? []).filter((handler) => handler.run !== run),
      )
    }
    dispatchEvent(event: Event) {
      event.target = this
      for (const { run, once } of this.#handlers.get(event.type) ?? []) {
        if (once) this.removeEventListener(event.type, run)
        if (typeof run === 'function') run.call(this, event)
        else if (typeof run === 'object' && run !== null && 'handleEvent' in run && typeof run.handleEvent === 'function')
          run.handleEvent(event)
      }
      return !event.defaultPrevented
    }
  }

  let isMaking = false
  class AbortSignal extends EventTarget {
    aborted = false
    reason: unknown = undefined
    onabort: unknown = null
    constructor() {
      super()
      if (!isMaking) throw new TypeError('Illegal constructor')
    }
    throwIfAborted() {
      if (this.aborted) throw this.reason
    }
    static abort(reason?: unknown) {
      const controller = new AbortController()
      controller.abort(reason)
      return controller.signal
    }
    static timeout(delayMs: number) {
      const controller = new AbortController()
      setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), delayMs)
      return controller.signal
    }
    static any(signals: Iterable<AbortSignal>) {
      const controller = new AbortController()
      for (const signal of signals) {
        if (signal.aborted) controller.abort(signal.reason)
        else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true })
      }
      return controller.signal
    }
  }

  class AbortController {
    readonly signal: AbortSignal
    constructor() {
      isMaking = true
      this.signal = new AbortSignal()
      isMaking = false
    }
    abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')) {
      const { signal } = this
      if (signal.aborted) return
      signal.aborted = true
      signal.reason = reason
      const event = new Event('abort')
      if (typeof signal.onabort === 'function') signal.onabort(event)
      signal.dispatchEvent(event)
    }
  }
  return { DOMException, Event, EventTarget, AbortSignal, AbortController }
}
