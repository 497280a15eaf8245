/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>

/* Of two links with one room, which to keep. */
typedef enum
{
  THRU_LINK_RULE_OLDER,  /* refuse the newer one */
  THRU_LINK_RULE_NEWER,  /* it takes the place of the older one, which is refused */
  THRU_LINK_RULE_THEIRS, /* accept the newer one too: the other room decides */
} ThruLinkRule;

/* Both rooms must keep the same one: that which the room with the smaller id opened. Of two that one room opened, the other room
 * decides, for the newer: who opens a second one has lost the first. */
ThruLinkRule thru_link_rule_choose (const char *own_id,
                                    const char *their_id,
                                    bool        older_is_ours,
                                    bool        newer_is_ours);
