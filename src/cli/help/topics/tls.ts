/** `didar help tls`. */
export function tlsTopic(): string {
  return `TLS

Browsers give camera and microphone to pages over HTTPS only. With TLS on, one
port (443), one name and one certificate serve the page, the API, signalling
and TURN/TLS, the way through firewalls that let out nothing else.

server.tls.mode:
  acme         a certificate of Let's Encrypt (or of server.tls.acmeDirectory),
               asked for by itself over port 443 (tls-alpn-01) and renewed in
               time. Needs a public name that leads here, and server.tls.email.
  files        one of yours: server.tls.cert and server.tls.key (PEM). They are
               read again when they change, and nobody is dropped for it.
  self-signed  one of an authority that this server makes. "didar config ca"
               prints its certificate: every client has to trust it, for a
               click on a warning does not let TURN/TLS through.
  off          behind a reverse proxy on the same name: put the proxy into
               server.trustedProxies. TURN/TLS is lost then.

  server:
    host: meet.example.org
    tls: { mode: acme, email: you@example.org }

Clients dial TURN/TLS on 443, whatever is configured: another web server there
has to go behind this one or to another address. "didar doctor" tells until
when the certificate is valid, and why a renewal failed.`;
}
