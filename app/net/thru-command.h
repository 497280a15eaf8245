/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-engine-core.h"

G_BEGIN_DECLS

typedef struct _ThruCommand ThruCommand;

/* What to do on the engine's thread. */
typedef void (*ThruCommandFunc) (ThruEngineCore *core,
                                 ThruCommand    *command);

/* One call from the main thread to the engine's. Members that a command does not use are NULL or 0; all are owned by it, but for
 * the ring and what @loop points to. */
struct _ThruCommand
{
  ThruCommandFunc    run;
  ThruPortNumber     source;
  ThruPortNumber     destination;
  ThruLinkId         link;
  ThruDialId         dial;
  guint32            address;
  guint              port;
  gboolean           hurry;
  char              *code;
  char              *reason;
  char             **addresses;
  GPtrArray         *parts;   /* (element-type GBytes) session messages as JSON */
  ThruRing          *ring;
  int                wake_fd;
  ThruRouterSendFunc send;
  const ThruSysexFuncs *sysex_funcs; /* borrowed, static */
  gpointer           keep;    /* what @ring and @wake_fd belong to; the user of @send */
  GDestroyNotify     release;
  ThruMeter         *meter;   /* nullable */
  ThruPatchbayLimits limits;
  guint64            us;
  GMainLoop         *loop;
};

ThruCommand *thru_command_new  (ThruCommandFunc run);
void         thru_command_free (ThruCommand    *command);

/* For a port that the engine takes over: it is not released with the command any more. */
GDestroyNotify thru_command_steal_release (ThruCommand *command);

/* A first-in, first-out queue of commands as a GSource: any thread pushes, the thread of its context runs them. */
GSource *    thru_command_source_new  (ThruEngineCore *core);

/* Takes @command. */
void         thru_command_source_push (GSource        *source,
                                       ThruCommand    *command);

G_END_DECLS
