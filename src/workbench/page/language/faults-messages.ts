/** Words of the faults screen. */
import type { Table } from "./messages.ts";

export const FAULTS = {
  faults: ["Faults", "故障"],
  faultsHelp: [
    "Habits of servers that are not quite well, to be switched on at the embedded endpoint. What the plugin makes of them is what Dify would see.",
    "在内置演示接口上打开有问题的服务器的各种习惯。插件如何应对，Dify 就会看到什么。",
  ],
  faultsCount: ["{count} faults are on", "已打开 {count} 个故障"],
  allOff: ["All off", "全部关闭"],
  notDemo: [
    "The form leads to another server; faults act on the embedded endpoint only.",
    "表单指向其他服务器；故障只作用于内置演示接口。",
  ],
  "faults-often": ["Met most often", "最常见"],
  "faults-connection": ["Connection, key, list of models", "连接、密钥、模型列表"],
  "faults-chat": ["Chat", "对话"],
  "faults-others": ["Vectors, scores, audio, verdicts", "向量、分数、音频、审核结论"],
  whatDifySees: ["What Dify sees", "Dify 看到的内容"],
  tryCall: ["Send a call", "发送调用"],
  tryBlank: [
    "Switch on one or more faults, then send a small call.",
    "打开一个或多个故障，然后发送一个小调用。",
  ],
} as const satisfies Table;
