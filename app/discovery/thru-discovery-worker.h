/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-discovery.h"

G_BEGIN_DECLS

/* A thread for the ThruAvahiAgent, so that nobody waits for avahi-daemon. What is wanted goes there and news come back to the
 * main context, of either only the newest: nothing piles up while one side is busy. Main thread only. */
typedef struct _ThruDiscoveryWorker ThruDiscoveryWorker;

/* How things stand, as the agent has it. */
typedef struct
{
  guint              run;       /* the worker's own: of which start */
  ThruDiscoveryState state;
  char              *problem;   /* (nullable) */
  char              *published; /* (nullable) */
  GPtrArray         *rooms;     /* (element-type ThruFoundRoom): all */
} ThruDiscoveryNews;

/* @news is borrowed; the callee may steal its members, and free the worker. */
typedef void (*ThruDiscoveryNewsFunc) (ThruDiscoveryNews *news,
                                       gpointer           user);

/* Starts the thread. */
ThruDiscoveryWorker *thru_discovery_worker_new            (ThruDiscoveryNewsFunc  func,
                                                           gpointer               user);

/* Withdraws our announcement and ends the thread; one that hangs is abandoned after half a second. No news come any more. */
void                 thru_discovery_worker_free           (ThruDiscoveryWorker   *self);

/* As the functions of ThruDiscovery. None of them waits; after the stop there are no news until the next start. */
void                 thru_discovery_worker_start          (ThruDiscoveryWorker   *self,
                                                           const char            *id,
                                                           const char            *name,
                                                           guint                  port);
void                 thru_discovery_worker_update         (ThruDiscoveryWorker   *self,
                                                           const char            *name,
                                                           guint                  port);
void                 thru_discovery_worker_stop           (ThruDiscoveryWorker   *self);
void                 thru_discovery_worker_announce_again (ThruDiscoveryWorker   *self);
void                 thru_discovery_worker_resolve_again  (ThruDiscoveryWorker   *self,
                                                           const char            *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruDiscoveryWorker, thru_discovery_worker_free)

G_END_DECLS
