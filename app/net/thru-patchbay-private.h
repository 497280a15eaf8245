/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-link-streams.h"
#include "thru-patchbay.h"

G_BEGIN_DECLS

#define _THRU_PATCHBAY_PLAIN_ADDRESS 0
#define _THRU_PATCHBAY_FIRST_OWN_SOURCE 0x80000000u

typedef struct
{
  ThruPatchbay   *owner;
  ThruPortNumber  number;
  GSource        *source;     /* NULL for a plain link's */
  gpointer        keep;
  GDestroyNotify  release;
  ThruConnection *connection; /* owned; NULL for a device's */
  ThruMeter      *meter;      /* nullable, owned */
} ThruPatchbayInput;

typedef struct
{
  ThruPatchbay   *owner;
  ThruPortNumber  number;
  guint32         address;
  gpointer        user;
  GDestroyNotify  release;
  ThruConnection *connection; /* owned; NULL for a device's */
  ThruMeter      *meter;      /* nullable, owned */
  gint64          sysex_told_us; /* when progress was told last */
  gint64          leaves_us;  /* when it is removed at last; 0 while it is not being removed */
} ThruPatchbayOutput;

/* thru-patchbay.c knows the ports; thru-patchbay-routes.c which routes were asked for; thru-patchbay-links.c what links play. */
struct _ThruPatchbay
{
  GMainContext      *context;
  ThruPatchbayFunc   woke;
  gpointer           user;
  ThruRouter        *router;
  GHashTable        *inputs;  /* (element-type ThruPortNumber ThruPatchbayInput) */
  GHashTable        *outputs; /* (element-type ThruPortNumber ThruPatchbayOutput) */
  GHashTable        *streams; /* (element-type ThruConnection ThruLinkStreams): accepted links */
  GHashTable        *routes;  /* (element-type gint64 gint64): source and destination of those that were asked for */
  guint              n_leaving;
  gboolean           muted;   /* asleep */
  gint64             again_us; /* when to flush again */
  ThruSysexReportFunc report; /* nullable */
  gpointer           report_user;
  ThruPortNumber     next_own_source;
  ThruPatchbayLimits limits;
};

/* How a room at the other end of a link takes long System Exclusive. */
extern const ThruSysexFuncs _thru_patchbay_link_sysex;

/* When to look again after System Exclusive that may never be finished. */
gint64 _thru_patchbay_watch_sysex (ThruPatchbay *self,
                                   gint64        now_us);

/* Ends all routes and streams to it. */
void   _thru_patchbay_disconnect_all (ThruPatchbay  *self,
                                      ThruPortNumber destination);

/* Those of @source and those to @destination, 0 for none, are not asked for any more; the router is told by the caller. */
void   _thru_patchbay_forget_routes  (ThruPatchbay  *self,
                                      ThruPortNumber source,
                                      ThruPortNumber destination);

G_END_DECLS
