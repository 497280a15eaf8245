/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The other end of a link as a bare socket, which can say what it likes. */
typedef struct
{
  GSocket    *socket;
  GByteArray *received;
  gboolean    closed;   /* by the other side */
} TestPeer;

TestPeer *test_peer_new          (guint          port);

/* Between two IPv4 addresses of this computer. */
TestPeer *test_peer_new_between  (const char    *from,
                                  const char    *to,
                                  guint          port);

/* For what must not open a socket later. */
TestPeer *test_peer_new_unconnected (void);

/* Waits for a connection to @listener. */
TestPeer *test_peer_new_accepted (GSocket       *listener);
void      test_peer_free         (TestPeer      *peer);

/* As much as the socket takes now; nothing when it is closed. Returns how much that was. */
gsize     test_peer_send         (TestPeer      *peer,
                                  const void    *octets,
                                  gsize          length);
void      test_peer_send_preface (TestPeer      *peer);
void      test_peer_send_frame   (TestPeer      *peer,
                                  guint32        address,
                                  const void    *payload,
                                  gsize          length);
void      test_peer_send_session (TestPeer      *peer,
                                  const char    *json);

/* Preface and hello. */
void      test_peer_introduce    (TestPeer      *peer);

/* Takes what has arrived. TRUE: it is closed. */
gboolean  test_peer_is_closed    (TestPeer      *peer);
gboolean  test_peer_has_received (TestPeer      *peer,
                                  const void    *octets,
                                  gsize          length);

/* Waits for the end, which a bye of code "error" announced. */
void      test_peer_assert_told_error (TestPeer *peer);

/* A listening socket on a free port of this computer. */
GSocket * test_peer_listen       (guint         *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPeer, test_peer_free)

G_END_DECLS
