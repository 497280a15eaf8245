/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "test-peer.h"
#include "thru-connection.h"

G_BEGIN_DECLS

/* A connection on the main thread, whose other side is a peer that reads only when it is told to. */
typedef struct
{
  TestPeer       *peer;
  ThruHeartbeat  *heartbeat;
  ThruConnection *connection;
  gboolean        asked;
  char           *closed; /* what it was told of, NULL before */
  gboolean        gone;
} TestConnection;

void test_connection_set_up    (TestConnection *self);
void test_connection_tear_down (TestConnection *self);

/* The peer says hello, and is accepted. */
void test_connection_accept    (TestConnection *self);

G_END_DECLS
