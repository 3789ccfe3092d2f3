/** The error of a step that a case breaks on purpose: whoever meets it has met no fault of the engine. */
export class InjectedFault extends Error {}
