// The trace kinds of the kernel and of simulated hardware: numbers 1..99.
#pragma once

#include <array>

#include "sim/trace.h"

namespace replsim::sim::kind {

// clang-format off
//                                            number name                fields                            hashed kept
inline constexpr TraceKind message_sent      {1,  "message-sent",      {"kind", "bytes", "request"},       true, false};
inline constexpr TraceKind message_delivered {2,  "message-delivered", {"kind", "bytes", "request"},       true, false};
inline constexpr TraceKind message_dropped   {3,  "message-dropped",   {"kind", "why", "request"},         true, false};
inline constexpr TraceKind disk_write        {4,  "disk-write",        {"area", "lba", "blocks"},          true, false};
inline constexpr TraceKind disk_read         {5,  "disk-read",         {"area", "lba", "blocks"},          true, false};
inline constexpr TraceKind disk_flush        {6,  "disk-flush",        {"epoch", "", ""},                  true, false};
inline constexpr TraceKind disk_epoch_lost   {7,  "disk-epoch-lost",   {"operations", "survived", ""},     true, true};
inline constexpr TraceKind node_down         {8,  "node-down",         {"why", "incarnation", ""},         true, true};
inline constexpr TraceKind node_up           {9,  "node-up",           {"incarnation", "", ""},            true, true};
inline constexpr TraceKind node_paused       {10, "node-paused",       {"", "", ""},                       true, true};
inline constexpr TraceKind node_resumed      {11, "node-resumed",      {"", "", ""},                       true, true};
inline constexpr TraceKind fault_begun       {12, "fault-begun",       {"fault", "", ""},                  true, true};
inline constexpr TraceKind fault_ended       {13, "fault-ended",       {"fault", "", ""},                  true, true};
inline constexpr TraceKind fault_hit         {14, "fault-hit",         {"fault", "what", ""},              true, false};
// clang-format on

inline constexpr std::array<const TraceKind*, 14> all{
    &message_sent, &message_delivered, &message_dropped, &disk_write, &disk_read,
    &disk_flush,   &disk_epoch_lost,   &node_down,       &node_up,    &node_paused,
    &node_resumed, &fault_begun,       &fault_ended,     &fault_hit};

}  // namespace replsim::sim::kind
