/* ctl_doctor_checks.h - the checks of doctor, one function each; the table in
 * ctl_doctor.c says when they run. */
#ifndef MTLSGATE_CTL_DOCTOR_CHECKS_H
#define MTLSGATE_CTL_DOCTOR_CHECKS_H

#include "ctl_doctor.h"

/* ctl_doctor_options.c: reads --cacert. False: it cannot look, which was said
 * on stderr. */
bool doctor_prepare(struct doctor *doctor);
/* --policy loads. */
void check_policy_file(struct doctor *doctor);

/* Other clients may go through a proxy, where doctor goes straight. */
void check_proxy(struct doctor *doctor);

/* ctl_doctor_files.c: --cert, --key and --chain can be used together. */
void check_files(struct doctor *doctor);

/* ctl_doctor_connect.c: the server takes connections, and speaks TLS as
 * clients of today do. */
void check_connect(struct doctor *doctor);
void check_handshake(struct doctor *doctor);

/* ctl_doctor_gate.c: mtlsgate is reached and asked, sees our certificate and
 * lets it in, and no other way or header is more open. Reports under the steps
 * of its own table. */
void check_gate(struct doctor *doctor);
/* ctl_doctor_clock.c: the server's Date is ours. */
void check_clock(struct doctor *doctor);

/* ctl_doctor_server.c: the server's certificate can be believed. */
void check_server_cert(struct doctor *doctor);

/* ctl_doctor_client.c: the client's certificate is one; sets doctor->facts. */
void check_client_cert(struct doctor *doctor);

/* ctl_doctor_request.c: the server asks for a certificate in the handshake. */
void check_request(struct doctor *doctor);

/* ctl_doctor_refusal.c: it takes ours; it answers, and not to just anyone. */
void check_refusal(struct doctor *doctor);
void check_answer(struct doctor *doctor);

#endif
