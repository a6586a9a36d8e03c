/** Takes away what shares memory between threads and runs other machine code. V8 may put it back into every new context. */
export function takeAway(): void {
  delete unwanted.WebAssembly
  delete unwanted.SharedArrayBuffer
  delete unwanted.Atomics
}

const unwanted: { WebAssembly?: unknown; SharedArrayBuffer?: unknown; Atomics?: unknown } = globalThis

/** A resizable buffer's memory is not counted by the isolate, so buffers have a fixed length here. */
export function fixBuffers(): void {
  const RealArrayBuffer = ArrayBuffer
  const fixed = function ArrayBuffer(length: unknown) {
    if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'")
    return Reflect.construct(RealArrayBuffer, [length], new.target)
  }
  Object.defineProperties(fixed, {
    name: { value: 'ArrayBuffer', configurable: true },
    prototype: { value: RealArrayBuffer.prototype, writable: false },
    isView: { value: RealArrayBuffer.isView, writable: true, configurable: true },
    [Symbol.species]: { get: () => fixed, configurable: true },
  })
  Object.defineProperty(RealArrayBuffer.prototype, 'constructor', { value: fixed, writable: true, configurable: true })
  Object.defineProperty(globalThis, 'ArrayBuffer', { value: fixed, writable: true, configurable: true })
}
