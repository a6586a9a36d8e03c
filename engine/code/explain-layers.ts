import type { SandboxLayer } from '#shared/system.ts'
import { type LayerName, layerWords } from './layer-words.ts'

/** The layers as they are shown: first those in place, then those this machine lacks. */
export function explainLayers(layers: { active: readonly LayerName[]; missing: readonly LayerName[] }): SandboxLayer[] {
  return [
    ...layers.active.map((name) => ({ name, isActive: true, means: layerWords[name].active })),
    ...layers.missing.map((name) => ({ name, isActive: false, means: layerWords[name].missing })),
  ]
}
