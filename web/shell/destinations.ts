import type { permissions } from '#shared/permissions.ts'
import { KeyRound, Play, Settings, Workflow, type LucideIcon } from 'lucide-react'

export interface Destination {
  to: '/flows' | '/runs' | '/values' | '/settings'
  label: string
  icon: LucideIcon
  /** Without this one isn't shown the way. */
  needs?: keyof typeof permissions
}

export const flowsDestination: Destination = { to: '/flows', label: 'Flows', icon: Workflow }
export const runsDestination: Destination = { to: '/runs', label: 'Runs', icon: Play }
export const valuesDestination: Destination = { to: '/values', label: 'Values', icon: KeyRound, needs: 'values.read' }
export const settingsDestination: Destination = { to: '/settings', label: 'Settings', icon: Settings }
