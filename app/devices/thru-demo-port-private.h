/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-port.h"
#include "thru-midi-backend.h"

G_BEGIN_DECLS

/* What the simulated backend does with the ports. Any thread. */

typedef struct _ThruDemoPort ThruDemoPort;

/* Waits for as long as the simulated API hangs. */
gboolean      _thru_demo_ports_work       (void);
int           _thru_demo_ports_watch_fd   (void);
char **       _thru_demo_ports_list       (ThruDirection         direction);

void          _thru_demo_ports_locate     (const char           *name,
                                           char                **place,
                                           char                **serial);
char *        _thru_demo_ports_get_holder (const char           *name,
                                           ThruDirection         direction);

/* Returns: (transfer full) (nullable): a reference; NULL when there is no such port. */
ThruDemoPort *_thru_demo_port_open        (const char           *name,
                                           ThruDirection         direction);
gboolean      _thru_demo_port_is_threaded (ThruDemoPort         *port);
guint         _thru_demo_port_get_pace    (ThruDemoPort         *port);
gboolean      _thru_demo_port_is_there    (ThruDemoPort         *port);

/* @func NULL: listens no more; after that it is not called. */
void          _thru_demo_port_listen      (ThruDemoPort         *port,
                                           void                 *key,
                                           ThruBackendInputFunc  func,
                                           void                 *user);
void          _thru_demo_port_receive     (ThruDemoPort         *port,
                                           const uint8_t        *bytes,
                                           size_t                length);
void          _thru_demo_port_unref       (ThruDemoPort         *port);

G_END_DECLS
