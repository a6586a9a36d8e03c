import { KeyRound, Play, Settings, Workflow, type LucideIcon } from 'lucide-react'

export interface Destination {
  to: '/flows' | '/runs' | '/values' | '/settings'
  label: string
  icon: LucideIcon
}

export const flowsDestination: Destination = { to: '/flows', label: 'Flows', icon: Workflow }
export const runsDestination: Destination = { to: '/runs', label: 'Runs', icon: Play }
export const valuesDestination: Destination = { to: '/values', label: 'Values', icon: KeyRound }
export const settingsDestination: Destination = { to: '/settings', label: 'Settings', icon: Settings }
