/** Host names of this machine, as `URL` writes them. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
