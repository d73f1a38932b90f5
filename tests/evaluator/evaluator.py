"""What a policy means for one request: an evaluator that shares no code with
the program. It reads the INI and the certificates with other libraries, and
knows the meaning from mtlsgate.ini(5) and mtlsgate(8) alone.
"""

import re

from cryptography import x509

import chains
import facts
import paths
from policyfile import (Policy, begun, in_force, path_fits, seconds,
                        template_reads)

NO, STALE, YES = 0, 1, 2
STATUS = {"no_rule": 403, "deny_probe": 403, "role_required": 403,
          "role_expired": 403, "rule_expired": 403, "pin_required": 403,
          "condition_failed": 403, "password_not_supported": 403,
          "method_not_allowed": 405, "bad_path": 400, "not_found": 404,
          "granted": 200, "internal_error": 500}
ENDPOINTS = ("profile", "cert-info", "admin/status", "health")


class Denied(Exception):
    """The reason is the argument; faults: others that are as true."""

    def __init__(self, reason, faults=()):
        super().__init__(reason)
        self.faults = set(faults) | {reason}


class Holder:
    """A certificate on its way: what is known of it so far."""

    def __init__(self, policy, cert, now):
        self.policy = policy
        self.cert = cert
        self.now = now
        self.chain = None
        self.mapped = {}
        self.pins = self.find_pins()

    def find_pins(self):
        """The name of each pin that matches, and whether its dates hold."""
        out = {}
        for pin in self.policy.of("pin"):
            for key in ("sha256", "spki"):
                digest = facts.values(self.cert, key)[0]
                if any(facts.matches(key, line, digest)
                       for line in pin.keys.get(key, [])):
                    out[pin.name] = in_force(pin, self.now)
        return out

    def values(self, attribute):
        what, _, rest = attribute.partition(".")
        if attribute in self.mapped:
            return self.mapped[attribute]
        if what in ("anchor", "ca"):
            cert = self.chain[-1 if what == "anchor" else 1] \
                if self.chain and len(self.chain) > 1 else None
            return facts.name_values(cert, rest) if cert else []
        return facts.values(self.cert, attribute)

    def condition(self, attribute, patterns):
        if attribute == "pin":
            return self.pins_hold([w.strip() for p in patterns
                                   for w in p.split(",")])
        for value in self.values(attribute):
            for pattern in patterns:
                if self.pattern_holds(attribute, pattern, value):
                    return YES
        return NO

    def pattern_holds(self, attribute, pattern, value):
        if pattern.startswith("@"):
            return any(facts.literal_matches(attribute, line, value)
                       for line in self.policy.lines_of(pattern[1:]))
        if pattern.startswith("\\@"):
            pattern = pattern[1:]
        return facts.matches(attribute, pattern, value)

    def pins_hold(self, names):
        return max((YES if self.pins[name] else STALE
                    for name in names if name in self.pins), default=NO)

    def section(self, section):
        """All conditions of it, and its pin lines."""
        results = [self.condition(key, patterns)
                   for key, patterns in section.conditions().items()]
        if "pin" in section.keys:
            results.append(self.pins_hold(section.words("pin")))
        return min(results, default=YES)


class Evaluator:
    def __init__(self, path):
        self.policy = Policy(path)
        self.verify = self.policy.certificate.one("verify", "server")
        self.trust = chains.Trust(self.policy)
        self.used = self.attributes()

    def attributes(self):
        """Every attribute of a certificate that the policy uses anywhere."""
        used = set()
        for section in self.policy.sections:
            if section.kind in ("role", "block", "access", "identity"):
                used |= set(section.conditions())
            if section.kind == "identity":
                used |= {line.partition("~")[0].strip()
                         for key in ("id", "email", "department")
                         for line in section.keys.get(key, [])}
            if section.kind == "certificate":
                used |= {k for k in section.keys if k.startswith("issuer")}
        return used - {"pin", "identity", "id"}

    # --- the certificate ---------------------------------------------------

    def blocked(self, holder, wanted):
        for block in self.policy.of("block"):
            keys = block.conditions()
            late = any(k in ("identity", "id") for k in keys)
            chain = any(k.startswith(("anchor.", "ca.")) for k in keys)
            phase = "late" if late else "chain" if chain else "own"
            if phase != wanted or not begun(block, holder.now):
                continue
            try:
                if holder.section(block) != NO:
                    raise Denied("blocked")
            except facts.Unclean:
                pass

    def admitting_pin(self, holder):
        """The pin with chain = no; ended ones bind too."""
        ended = None
        for pin in self.policy.of("pin"):
            digest = facts.sha256(holder.cert)
            if pin.one("chain") != "no" or not begun(pin, holder.now) or \
                    not any(facts.matches("sha256", line, digest)
                            for line in pin.keys.get("sha256", [])):
                continue
            if in_force(pin, holder.now):
                return pin
            ended = ended or pin
        return ended

    def check_leaf(self, holder, admitted):
        cert, now = holder.cert, holder.now
        settings = self.policy.certificate
        if now < chains.utc(cert.not_valid_before):
            raise Denied("not_yet_valid")
        if now > chains.utc(cert.not_valid_after):
            raise Denied("expired")
        self.check_purpose(cert, settings.one("purpose", "clientAuth"))
        if admitted:
            return
        if "min_rsa_bits" in settings.keys and \
                facts.key_type(cert) == "RSA" and \
                cert.public_key().key_size < int(settings.one("min_rsa_bits")):
            raise Denied("weak_key")
        if "max_lifetime" in settings.keys and \
                (cert.not_valid_after - cert.not_valid_before
                 ).total_seconds() > seconds(settings.one("max_lifetime")):
            raise Denied("lifetime_too_long")

    def check_purpose(self, cert, purpose):
        if purpose == "any":
            return
        usage = facts.extension(cert, x509.KeyUsage)
        if purpose == "clientAuth" and usage is not None and \
                not (usage.digital_signature or usage.key_agreement):
            raise Denied("wrong_purpose")
        usages = facts.usages(cert)
        if usages and facts.USAGES[purpose] not in usages:
            raise Denied("wrong_purpose")

    def check_clean(self, holder):
        for attribute in self.used:
            try:
                holder.values(attribute)
            except facts.Unclean:
                raise Denied("unclean_attribute") from None

    def check_issuer(self, holder):
        for key, patterns in self.policy.certificate.keys.items():
            if key.startswith("issuer") and \
                    holder.condition(key, patterns) != YES:
                raise Denied("issuer_not_trusted")

    def certify(self, request, now):
        """The holder of a good certificate and its pin; or Denied."""
        if request.cert is None:
            raise Denied("not_verified" if request.verify.startswith("FAILED")
                         else "certificate_missing")
        if request.cert == "malformed":
            raise Denied("certificate_malformed")
        holder = Holder(self.policy, request.cert, now)
        self.blocked(holder, "own")
        admitted = self.admitting_pin(holder)
        if not admitted and self.verify != "chain" and \
                request.verify not in ("SUCCESS", "0"):
            raise Denied("not_verified")
        self.check_leaf(holder, admitted)
        if self.verify != "server" and not admitted:
            try:
                holder.chain = self.trust.build(request.cert, request.chain,
                                                now)
            except chains.Refused as e:
                raise Denied(min(e.args[0]), e.args[0]) from None
            self.blocked(holder, "chain")
        self.check_clean(holder)
        if not admitted:
            self.check_issuer(holder)
        return holder, admitted

    # --- who ---------------------------------------------------------------

    def take(self, holder, line):
        """The values of an id line; None: the certificate has none at all."""
        attribute, is_template, template = (p.strip()
                                            for p in line.partition("~"))
        values = list(dict.fromkeys(holder.values(attribute)))
        if not values:
            return None
        if len(values) > 1:
            raise Denied("identity_ambiguous")
        if not is_template:
            return values[0]
        ways = template_reads(template, values[0])
        if len(ways) != 1 or not ways[0]:
            raise Denied("identity_missing")
        return ways[0]

    def identify(self, holder):
        section = self.choose(holder)
        for line in section.keys["id"]:
            value = self.take(holder, line)
            if value is not None:
                break
        else:
            raise Denied("identity_missing")
        value = section.one("prefix", "") + value
        if value.startswith("pin:"):
            raise Denied("identity_missing")
        if value != value.strip(" "):
            raise Denied("unclean_attribute")
        holder.mapped["identity"] = [section.name] if section.name else []
        holder.mapped["id"] = [value]

    def choose(self, holder):
        sections = self.policy.of("identity")
        for section in sorted(sections, key=lambda s: s.name == ""):
            match = holder.section(section)
            if match == NO:
                continue
            if match == STALE or not in_force(section, holder.now):
                raise Denied("identity_missing")
            return section
        raise Denied("identity_missing")

    def roles_of(self, holder, admitted):
        roles, matched = [], False
        for default in (False, True):
            if default and matched:
                break
            for role in self.policy.of("role"):
                if ("default" in role.keys) != default:
                    continue
                if admitted and admitted.name not in role.words("pin"):
                    continue
                match = holder.section(role)
                matched = matched or match != NO
                if match == YES and in_force(role, holder.now):
                    roles.append(role.name)
        if matched and not roles:
            raise Denied("role_expired")
        return roles

    def who(self, request, now):
        """The id and roles; or Denied."""
        holder, admitted = self.certify(request, now)
        if admitted:
            if not in_force(admitted, now):
                raise Denied("identity_missing")
            holder.mapped = {"identity": [], "id": ["pin:" + admitted.name]}
        else:
            self.identify(holder)
        self.blocked(holder, "late")
        holder.roles = self.roles_of(holder, admitted)
        return holder

    # --- may they ----------------------------------------------------------

    def choose_access(self, path, site):
        for section in self.policy.of("access"):
            sites = section.words("site")
            if sites and sites != ["*"] and site not in sites:
                continue
            if any(path_fits(pattern, path) for pattern in
                   section.keys["path"]):
                return section
        return None

    @staticmethod
    def allow_of(section, method):
        methods = section.words("method")
        covered = [method, "GET"] if method == "HEAD" else [method]
        if methods and not any(m in methods for m in covered):
            return None
        for name in covered:
            if "allow." + name in section.keys:
                return section.words("allow." + name)
        return section.words("allow") or None

    def may(self, section, allow, holder, now):
        """Raises Denied unless the section lets the holder in."""
        if section is None:
            raise Denied("no_rule")
        if not in_force(section, now):
            raise Denied("rule_expired")
        if allow is None:
            raise Denied("method_not_allowed")
        if allow == ["anyone"]:
            return
        if allow != ["*"] and not set(allow) & set(holder.roles):
            raise Denied("role_required")
        if "pin" in section.keys and \
                holder.pins_hold(section.words("pin")) != YES:
            raise Denied("pin_required")
        for key, patterns in section.conditions().items():
            if holder.condition(key, patterns) != YES:
                raise Denied("condition_failed")

    def path_of(self, request):
        try:
            if request.role == "authorizer":
                path = paths.from_target(request.uri)
            else:
                path = paths.from_script(request.script, request.info)
        except paths.BadPath:
            raise Denied("bad_path") from None
        if paths.is_probe(path):
            raise Denied("deny_probe")
        return path

    def endpoint(self, request, path):
        """The name below the prefix; None where there is no endpoint."""
        prefix = self.policy.endpoints.one("prefix", "/api") + "/"
        if request.role != "responder" or not path.startswith(prefix):
            return None
        name = path[len(prefix):]
        return name if name in ENDPOINTS else None

    def decide(self, request, now, answer):
        if request.password:
            raise Denied("password_not_supported")
        path = self.path_of(request)
        endpoint = self.endpoint(request, path)
        if not re.fullmatch("[A-Z][A-Z0-9_-]*", request.method):
            raise Denied("method_not_allowed")
        if request.conflict:
            raise Denied("source_conflict")
        section = self.choose_access(path, request.site)
        answer["rule"] = section.name if section else None
        allow = self.allow_of(section, request.method) if section else None
        holder = None
        try:
            holder = self.who(request, now)
        except Denied:
            if allow != ["anyone"]:
                raise
        self.may(section, allow, holder, now)
        if holder:
            answer.update(id=holder.mapped["id"][0], roles=holder.roles)
        self.admin(endpoint, answer)
        return endpoint

    def admin(self, endpoint, answer):
        role = self.policy.endpoints.one("admin_role", "admin")
        if endpoint and endpoint.startswith("admin/") and \
                role not in answer["roles"]:
            raise Denied("role_required")

    def evaluate(self, request, now):
        """decision, status, reason, rule, id, roles of a request."""
        answer = {"rule": None, "id": None, "roles": [],
                  "reasons": {"granted"}}
        try:
            self.decide(request, now, answer)
            reason = "granted"
        except Denied as e:
            reason = str(e)
            answer.update(id=None, roles=[], reasons=e.faults)
        answer.update(decision="granted" if reason == "granted" else "denied",
                      reason=reason, status=STATUS.get(reason, 401))
        if request.mirror and answer["status"] in (400, 404, 405):
            answer["status"] = 403
        return answer
