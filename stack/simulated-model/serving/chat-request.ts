import { asText, isList, isObject, parseJson, type Json, type JsonObject } from '../json.ts';
import { ApiError } from './api-error.ts';
import { readMessages, type ChatMessage } from './chat-messages.ts';

/** A function the model may call. */
export interface OfferedTool {
  name: string;
  /** Empty when none is given. */
  description: string;
  /** JSON Schema of the arguments; an empty object when none is given. */
  parameters: JsonObject;
}

/** Whether tools may, must or must not be called; `named` asks for one of them. */
type ToolChoice = { kind: 'auto' } | { kind: 'none' } | { kind: 'required' } | { kind: 'named'; name: string };

/** What the model looks at in a request; sampling parameters change nothing, since it follows rules. */
export interface ChatRequest {
  messages: readonly ChatMessage[];
  tools: readonly OfferedTool[];
  toolChoice: ToolChoice;
  /** Whether one answer may hold several tool calls. */
  parallel: boolean;
  /** Length of everything shown to the model, tools included. */
  promptCharacters: number;
}

/** Reads a request body. @throws {ApiError} 400 when it is not a chat completion request this model can answer. */
export function readChatRequest(body: string): ChatRequest {
  const request = parseJson(body);
  if (!isObject(request)) throw new ApiError(400, 'The request body is not a JSON object.');
  refuseUnsupported(request);
  const tools = readTools(request['tools']);
  return {
    messages: readMessages(request['messages']),
    tools,
    toolChoice: readToolChoice(request['tool_choice'], tools),
    parallel: request['parallel_tool_calls'] !== false,
    promptCharacters: charactersOf(request['messages']) + charactersOf(request['tools']),
  };
}

function refuseUnsupported(request: JsonObject): void {
  if (request['stream'] === true) {
    throw new ApiError(400, 'This simulated model does not stream: leave stream out or set it to false.', {
      param: 'stream',
    });
  }
  const choices = request['n'];
  if (choices !== undefined && choices !== null && choices !== 1) {
    throw new ApiError(400, 'This simulated model gives one answer: leave n out or set it to 1.', { param: 'n' });
  }
}

function readTools(tools: Json | undefined): OfferedTool[] {
  if (tools === undefined || tools === null) return [];
  if (!isList(tools)) throw new ApiError(400, 'tools must be a list.', { param: 'tools' });
  return tools.map((tool, index) => {
    const definition = isObject(tool) && tool['type'] === 'function' ? tool['function'] : undefined;
    const name = isObject(definition) ? asText(definition['name']) : null;
    if (!isObject(definition) || name === null) {
      throw new ApiError(400, `tools[${index}] must be {"type":"function","function":{"name":…}}.`, {
        param: `tools[${index}]`,
      });
    }
    const parameters = definition['parameters'];
    return {
      name,
      description: asText(definition['description']) ?? '',
      parameters: isObject(parameters) ? parameters : {},
    };
  });
}

function readToolChoice(choice: Json | undefined, tools: readonly OfferedTool[]): ToolChoice {
  if (choice === undefined || choice === null || choice === 'auto') return { kind: 'auto' };
  if (choice === 'none') return { kind: 'none' };
  const wanted = isObject(choice) && isObject(choice['function']) ? asText(choice['function']['name']) : null;
  if (choice !== 'required' && wanted === null) {
    throw new ApiError(400, 'tool_choice must be none, auto, required or name a function.', { param: 'tool_choice' });
  }
  if (tools.length === 0 || (wanted !== null && !tools.some(({ name }) => name === wanted))) {
    throw new ApiError(400, `tool_choice asks for ${wanted ?? 'a tool'}, which tools does not offer.`, {
      param: 'tool_choice',
    });
  }
  return wanted === null ? { kind: 'required' } : { kind: 'named', name: wanted };
}

function charactersOf(part: Json | undefined): number {
  return part === undefined || part === null ? 0 : JSON.stringify(part).length;
}
