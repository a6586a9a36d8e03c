import { hkdfSync } from 'node:crypto'

/** A key for one purpose, made of the instance's secret; knowing one says nothing about the others. */
export function keyFor(purpose: string, secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'holdfast', purpose, 32))
}
