@rem npm scripts that must get the signals that npm gets replace their shell with `exec`, which Windows lacks.
@%*
