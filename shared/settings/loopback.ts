/** Host names of this machine, as in `URL`. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
